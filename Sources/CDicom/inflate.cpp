#include "boundary.h"

#include <cstdlib>
#include <zlib.h>

using namespace cdicom;

namespace {

/// Bytes that grow with what comes and go with their owner.
struct Growing {
  uint8_t *bytes = nullptr;
  size_t count = 0, room = 0;

  ~Growing() { std::free(bytes); }

  bool grow(size_t limit) {
    if (room >= limit) return false;
    room = room ? (room * 2 < limit ? room * 2 : limit) : (size_t(1) << 20);
    auto grown = static_cast<uint8_t *>(std::realloc(bytes, room));
    if (!grown) throw std::bad_alloc();
    bytes = grown;
    return true;
  }
};

struct Stream {
  z_stream state = {};

  // Deflate without any head (PS3.5 section A.5, RFC 1951).
  Stream() {
    if (inflateInit2(&state, -15) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&state); }
};

} // namespace

int cdicom_inflate(const uint8_t *bytes, size_t count, size_t limit, uint8_t **out, size_t *out_count, int *is_whole,
                   char *message, size_t capacity) {
  *out = nullptr;
  *out_count = 0;
  *is_whole = 0;
  return guarded(message, capacity, [&] {
    Stream deflated;
    z_stream &stream = deflated.state;
    Growing made;
    size_t at = 0;
    int status = Z_OK;
    while (status == Z_OK) {
      if (made.count == made.room && !made.grow(limit)) {
        say(message, capacity, "it inflates to more than is believed");
        return static_cast<int>(CDICOM_FAILED);
      }
      const size_t part = 1 << 30;
      const size_t given = count - at < part ? count - at : part;
      const size_t free = made.room - made.count < part ? made.room - made.count : part;
      stream.next_in = const_cast<uint8_t *>(bytes + at);
      stream.avail_in = static_cast<uInt>(given);
      stream.next_out = made.bytes + made.count;
      stream.avail_out = static_cast<uInt>(free);
      status = inflate(&stream, Z_NO_FLUSH);
      at += given - stream.avail_in;
      made.count += free - stream.avail_out;
    }
    // Z_BUF_ERROR: it goes on beyond what there is.
    if (status != Z_STREAM_END && status != Z_BUF_ERROR) {
      say(message, capacity, "its deflated data are damaged");
      return static_cast<int>(CDICOM_FAILED);
    }
    *is_whole = status == Z_STREAM_END;
    *out = made.bytes;
    *out_count = made.count;
    made.bytes = nullptr;
    return static_cast<int>(CDICOM_OK);
  });
}

void cdicom_free_bytes(uint8_t *bytes) { std::free(bytes); }
