// The wheel ships TVM's runtime sources without their serialisation headers. These few lines restore
// the binary layout that libtvm writes: little endian, containers and strings led by a 64-bit count.
#ifndef TVM_SUPPORT_SERIALIZER_H_
#define TVM_SUPPORT_SERIALIZER_H_

#include <tvm/ffi/container/array.h>
#include <tvm/ffi/container/map.h>
#include <tvm/ffi/string.h>

#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "io.h"

namespace tvm {
namespace support {

// Classes with their own Save and Load (VMFuncInfo).
template <typename T, typename>
struct Serializer {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const T& value) { value.Save(stream); }
  static bool Read(Stream* stream, T* value) { return value->Load(stream); }
};

template <typename T>
struct Serializer<T, std::enable_if_t<std::is_arithmetic_v<T> || std::is_enum_v<T>>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const T& value) { stream->Write(static_cast<const void*>(&value), sizeof(T)); }
  static bool Read(Stream* stream, T* value) {
    return stream->Read(static_cast<void*>(value), sizeof(T)) == sizeof(T);
  }
};

template <>
struct Serializer<DLDataType> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const DLDataType& value) {
    stream->Write(value.code);
    stream->Write(value.bits);
    stream->Write(value.lanes);
  }
  static bool Read(Stream* stream, DLDataType* value) {
    return stream->Read(&value->code) && stream->Read(&value->bits) && stream->Read(&value->lanes);
  }
};

template <>
struct Serializer<DLDevice> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const DLDevice& value) {
    stream->Write(static_cast<int32_t>(value.device_type));
    stream->Write(static_cast<int32_t>(value.device_id));
  }
  static bool Read(Stream* stream, DLDevice* value) {
    int32_t type = 0, id = 0;
    if (!stream->Read(&type) || !stream->Read(&id)) return false;
    value->device_type = static_cast<DLDeviceType>(type);
    value->device_id = id;
    return true;
  }
};

template <>
struct Serializer<std::string> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const std::string& value) {
    stream->Write(static_cast<uint64_t>(value.size()));
    stream->Write(static_cast<const void*>(value.data()), value.size());
  }
  static bool Read(Stream* stream, std::string* value) {
    uint64_t size = 0;
    if (!stream->Read(&size)) return false;
    value->resize(static_cast<size_t>(size));
    return stream->Read(static_cast<void*>(value->data()), value->size()) == value->size();
  }
};

template <>
struct Serializer<ffi::String> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const ffi::String& value) {
    Serializer<std::string>::Write(stream, std::string(value));
  }
  static bool Read(Stream* stream, ffi::String* value) {
    std::string text;
    if (!Serializer<std::string>::Read(stream, &text)) return false;
    *value = ffi::String(std::move(text));
    return true;
  }
};

template <typename T>
struct Serializer<std::vector<T>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const std::vector<T>& values) {
    stream->Write(static_cast<uint64_t>(values.size()));
    for (const T& value : values) Serializer<T>::Write(stream, value);
  }
  static bool Read(Stream* stream, std::vector<T>* values) {
    uint64_t size = 0;
    if (!stream->Read(&size)) return false;
    values->resize(static_cast<size_t>(size));
    for (T& value : *values) {
      if (!Serializer<T>::Read(stream, &value)) return false;
    }
    return true;
  }
};

template <typename T>
struct Serializer<ffi::Array<T>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const ffi::Array<T>& values) {
    stream->Write(static_cast<uint64_t>(values.size()));
    for (const T& value : values) Serializer<T>::Write(stream, value);
  }
  static bool Read(Stream* stream, ffi::Array<T>* values) {
    uint64_t size = 0;
    if (!stream->Read(&size)) return false;
    values->clear();
    for (uint64_t i = 0; i < size; ++i) {
      T value{};
      if (!Serializer<T>::Read(stream, &value)) return false;
      values->push_back(value);
    }
    return true;
  }
};

template <typename K, typename V>
struct Serializer<std::unordered_map<K, V>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const std::unordered_map<K, V>& map) {
    stream->Write(static_cast<uint64_t>(map.size()));
    for (const auto& [key, value] : map) {
      Serializer<K>::Write(stream, key);
      Serializer<V>::Write(stream, value);
    }
  }
  static bool Read(Stream* stream, std::unordered_map<K, V>* map) {
    uint64_t size = 0;
    if (!stream->Read(&size)) return false;
    map->clear();
    for (uint64_t i = 0; i < size; ++i) {
      K key;
      V value;
      if (!Serializer<K>::Read(stream, &key) || !Serializer<V>::Read(stream, &value)) return false;
      map->emplace(std::move(key), std::move(value));
    }
    return true;
  }
};

template <typename K, typename V>
struct Serializer<ffi::Map<K, V>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const ffi::Map<K, V>& map) {
    stream->Write(static_cast<uint64_t>(map.size()));
    for (const auto& [key, value] : map) {
      Serializer<K>::Write(stream, key);
      Serializer<V>::Write(stream, value);
    }
  }
  static bool Read(Stream* stream, ffi::Map<K, V>* map) {
    uint64_t size = 0;
    if (!stream->Read(&size)) return false;
    *map = ffi::Map<K, V>();
    for (uint64_t i = 0; i < size; ++i) {
      K key;
      V value;
      if (!Serializer<K>::Read(stream, &key) || !Serializer<V>::Read(stream, &value)) return false;
      map->Set(key, value);
    }
    return true;
  }
};

template <typename T>
inline void Stream::Write(const T& value) {
  Serializer<T>::Write(this, value);
}

template <typename T>
inline bool Stream::Read(T* value) {
  return Serializer<T>::Read(this, value);
}

template <typename T>
inline void Stream::WriteArray(const T* values, size_t count) {
  for (size_t i = 0; i < count; ++i) Serializer<T>::Write(this, values[i]);
}

template <typename T>
inline bool Stream::ReadArray(T* values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (!Serializer<T>::Read(this, values + i)) return false;
  }
  return true;
}

}  // namespace support
}  // namespace tvm

#endif  // TVM_SUPPORT_SERIALIZER_H_
