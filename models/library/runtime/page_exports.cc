// The four functions that the page's half of the runtime calls by name, beyond tvm-ffi's own C API.

#include <tvm/ffi/error.h>
#include <tvm/ffi/function.h>

#include <cstdint>
#include <string>

#define PAGE_EXPORT extern "C" __attribute__((used, visibility("default")))

// Both are the page's: they stay undefined here and are imported.
extern "C" int TVMFFIWasmSafeCall(void* self, const TVMFFIAny* args, int32_t num_args, TVMFFIAny* result);
extern "C" void TVMFFIWasmFunctionDeleter(void* self);

PAGE_EXPORT void* TVMWasmAllocSpace(int size) { return new int64_t[(size + 7) / 8]; }

PAGE_EXPORT void TVMWasmFreeSpace(void* data) { delete[] static_cast<int64_t*>(data); }

PAGE_EXPORT int TVMFFIWasmFunctionCreate(void* self, TVMFFIObjectHandle* out) {
  return TVMFFIFunctionCreate(self, TVMFFIWasmSafeCall, TVMFFIWasmFunctionDeleter, out);
}

PAGE_EXPORT const char* TVMFFIWasmGetLastError() {
  static std::string message;
  message = tvm::ffi::details::MoveFromSafeCallRaised().what();
  return message.c_str();
}
