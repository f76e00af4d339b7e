// Base64 over a stream, for tensors written as text.
#ifndef TVM_SUPPORT_BASE64_H_
#define TVM_SUPPORT_BASE64_H_

#include <tvm/ffi/extra/base64.h>
#include <tvm/support/io.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace tvm {
namespace support {

/*! \brief Collects bytes; Finish writes them to the stream below as base64. */
class Base64OutStream : public Stream {
 public:
  using Stream::Read;
  using Stream::Write;
  explicit Base64OutStream(Stream* stream) : stream_(stream) {}

  size_t Read(void*, size_t) override { return 0; }
  size_t Write(const void* data, size_t size) override {
    bytes_.append(static_cast<const char*>(data), size);
    return size;
  }
  void Finish() {
    std::string text(ffi::Base64Encode(ffi::Bytes(bytes_)));
    stream_->Write(static_cast<const void*>(text.data()), text.size());
  }

 private:
  Stream* stream_;
  std::string bytes_;
};

/*! \brief InitPosition decodes all that is left of the stream below; Read hands it out. */
class Base64InStream : public Stream {
 public:
  using Stream::Read;
  using Stream::Write;
  explicit Base64InStream(Stream* stream) : stream_(stream) {}

  void InitPosition() {
    std::string text;
    char symbol;
    while (stream_->Read(static_cast<void*>(&symbol), 1) == 1) text.push_back(symbol);
    ffi::Bytes decoded = ffi::Base64Decode(ffi::String(text));
    bytes_.assign(decoded.data(), decoded.size());
    position_ = 0;
  }
  size_t Read(void* data, size_t size) override {
    size_t count = std::min(size, bytes_.size() - position_);
    if (count != 0) std::memcpy(data, bytes_.data() + position_, count);
    position_ += count;
    return count;
  }
  size_t Write(const void*, size_t) override { return 0; }

 private:
  Stream* stream_;
  std::string bytes_;
  size_t position_ = 0;
};

}  // namespace support
}  // namespace tvm

#endif  // TVM_SUPPORT_BASE64_H_
