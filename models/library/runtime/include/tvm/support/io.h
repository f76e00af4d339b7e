// The byte stream that TVM's runtime reads its modules from; see serializer.h for the layout.
#ifndef TVM_SUPPORT_IO_H_
#define TVM_SUPPORT_IO_H_

#include <cstddef>
#include <cstdint>

namespace tvm {
namespace support {

template <typename T, typename Enable = void>
struct Serializer;

class Stream {
 public:
  virtual ~Stream() = default;
  virtual size_t Read(void* data, size_t size) = 0;
  virtual size_t Write(const void* data, size_t size) = 0;

  template <typename T>
  inline void Write(const T& value);
  template <typename T>
  inline bool Read(T* value);
  template <typename T>
  inline void WriteArray(const T* values, size_t count);
  template <typename T>
  inline bool ReadArray(T* values, size_t count);
};

}  // namespace support
}  // namespace tvm

#include "serializer.h"

#endif  // TVM_SUPPORT_IO_H_
