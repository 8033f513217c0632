#include "CHDF5.h"

// A byte below 32 begins a run of that many plus one literals. Any other begins a copy of what came before: its upper three
// bits are the length less two (7: another byte is to be added), its lower five and the next byte the distance less one.
size_t chdf5_lzf(const uint8_t *in, size_t count, uint8_t *out, size_t capacity) {
  size_t i = 0, o = 0;
  while (i < count) {
    size_t control = in[i++];
    if (control < 32) {
      size_t run = control + 1;
      if (run > count - i || run > capacity - o) return 0;
      while (run--) out[o++] = in[i++];
      continue;
    }
    size_t length = control >> 5;
    if (length == 7) {
      if (i >= count) return 0;
      length += in[i++];
    }
    length += 2;
    if (i >= count) return 0;
    size_t distance = ((control & 31) << 8 | in[i++]) + 1;
    if (distance > o || length > capacity - o) return 0;
    // Byte by byte: a copy may reach into itself.
    while (length--) {
      out[o] = out[o - distance];
      o++;
    }
  }
  return o;
}
