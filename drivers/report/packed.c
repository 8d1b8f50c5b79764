#define ZLIB_CONST
#include "packed.h"

#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

/* A multiple of the three bytes that four characters stand for. */
enum { BLOCK = 3 << 14 };

static void *take(void *none, unsigned count, unsigned size)
{
    (void)none;
    return memory_new(count, size);
}

static void give_back(void *none, void *memory)
{
    (void)none;
    free(memory);
}

static void write_base64(FILE *page, const unsigned char *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        const uint32_t group = (uint32_t)bytes[i] << 16 |
                               (i + 1 < count ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (i + 2 < count ? bytes[i + 2] : 0);
        (void)fputc(digits[group >> 18], page);
        (void)fputc(digits[group >> 12 & 63], page);
        (void)fputc(i + 1 < count ? digits[group >> 6 & 63] : '=', page);
        (void)fputc(i + 2 < count ? digits[group & 63] : '=', page);
    }
}

void packed_write(FILE *page, const char *bytes, size_t length)
{
    enum { GZIP = 16, MEMORY = 8 }; /* the latter is zlib's own choice */
    unsigned char *block = memory_bytes(BLOCK);
    z_stream stream = {.zalloc = take,
                       .zfree = give_back,
                       .next_in = (const void *)bytes,
                       .avail_in = (uInt)length};
    (void)deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY,
                       Z_DEFAULT_STRATEGY);
    do {
        stream.next_out = block;
        stream.avail_out = BLOCK;
        (void)deflate(&stream, Z_FINISH); /* it could lack memory only, and takes ours */
        write_base64(page, block, BLOCK - stream.avail_out);
    } while (stream.avail_out == 0);
    (void)deflateEnd(&stream);
    free(block);
}
