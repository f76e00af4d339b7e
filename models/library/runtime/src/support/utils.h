// Included by the runtime's sources, which use nothing of it on this target.
#ifndef TVM_SUPPORT_UTILS_H_
#define TVM_SUPPORT_UTILS_H_

#include <tvm/ffi/error.h>

#include <algorithm>
#include <sstream>
#include <string>

#endif  // TVM_SUPPORT_UTILS_H_
