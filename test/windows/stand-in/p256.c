/* Part of a stand-in for tests; not Microsoft's DLL. The curve P-256: y^2 = x^3 - 3x + b mod p. */
#include "p256.h"

#include <string.h>

#define LIMBS 8
#define COORDINATE_SIZE (P256_POINT_SIZE / 2)

/* 32-bit limbs, the least significant first. */
typedef struct {
  UINT32 limb[LIMBS];
} Number;

static const Number P = {{0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0x00000000, 0x00000000,
                          0x00000001, 0xFFFFFFFF}};
/* b * R mod p and R^2 mod p, where R = 2^256 is the radix of Montgomery's multiplication. */
static const Number B_TIMES_R = {{0x29C4BDDF, 0xD89CDF62, 0x78843090, 0xACF005CD, 0xF7212ED6,
                                  0xE5A220AB, 0x04874834, 0xDC30061D}};
static const Number R_SQUARED = {{0x00000003, 0x00000000, 0xFFFFFFFF, 0xFFFFFFFB, 0xFFFFFFFE,
                                  0xFFFFFFFF, 0xFFFFFFFD, 0x00000004}};

static BOOL is_below(const Number *a, const Number *b) {
  for (int i = LIMBS - 1; i >= 0; i--) {
    if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i];
  }
  return FALSE;
}

/* a - b mod 2^256; returns the borrow. */
static UINT32 subtract_raw(Number *difference, const Number *a, const Number *b) {
  UINT64 borrow = 0;
  for (int i = 0; i < LIMBS; i++) {
    UINT64 limb = (UINT64)a->limb[i] - b->limb[i] - borrow;
    difference->limb[i] = (UINT32)limb;
    borrow = limb >> 63;
  }
  return (UINT32)borrow;
}

/* a + b mod 2^256; returns the carry. */
static UINT32 add_raw(Number *sum, const Number *a, const Number *b) {
  UINT64 carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    carry += (UINT64)a->limb[i] + b->limb[i];
    sum->limb[i] = (UINT32)carry;
    carry >>= 32;
  }
  return (UINT32)carry;
}

static Number add(const Number *a, const Number *b) {
  Number sum;
  UINT32 carry = add_raw(&sum, a, b);
  if (carry || !is_below(&sum, &P)) subtract_raw(&sum, &sum, &P);
  return sum;
}

static Number subtract(const Number *a, const Number *b) {
  Number difference;
  if (subtract_raw(&difference, a, b)) add_raw(&difference, &difference, &P);
  return difference;
}

/* accumulator += a * factor */
static void add_product(UINT32 accumulator[LIMBS + 2], const Number *a, UINT32 factor) {
  UINT64 carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    carry += (UINT64)a->limb[i] * factor + accumulator[i];
    accumulator[i] = (UINT32)carry;
    carry >>= 32;
  }
  carry += accumulator[LIMBS];
  accumulator[LIMBS] = (UINT32)carry;
  accumulator[LIMBS + 1] += (UINT32)(carry >> 32);
}

/* a * b / R mod p (Montgomery). p = -1 mod 2^32, so the lowest limb is the factor. */
static Number multiply(const Number *a, const Number *b) {
  UINT32 accumulator[LIMBS + 2] = {0};
  for (int i = 0; i < LIMBS; i++) {
    add_product(accumulator, a, b->limb[i]);
    add_product(accumulator, &P, accumulator[0]);
    memmove(accumulator, accumulator + 1, (LIMBS + 1) * sizeof accumulator[0]);
    accumulator[LIMBS + 1] = 0;
  }
  Number product;
  memcpy(product.limb, accumulator, sizeof product.limb);
  if (accumulator[LIMBS] || !is_below(&product, &P)) subtract_raw(&product, &product, &P);
  return product;
}

static Number from_big_endian(const BYTE bytes[COORDINATE_SIZE]) {
  Number number;
  for (size_t i = 0; i < LIMBS; i++) {
    const BYTE *at = bytes + COORDINATE_SIZE - 4 * (i + 1);
    number.limb[i] = (UINT32)at[0] << 24 | (UINT32)at[1] << 16 | (UINT32)at[2] << 8 | at[3];
  }
  return number;
}

/* x^3 - 3x + b */
static Number right_side(const Number *x) {
  Number square = multiply(x, x);
  Number side = multiply(&square, x);
  for (int i = 0; i < 3; i++) side = subtract(&side, x);
  return add(&side, &B_TIMES_R);
}

BOOL p256_has_point(const BYTE point[P256_POINT_SIZE]) {
  Number x = from_big_endian(point);
  Number y = from_big_endian(point + COORDINATE_SIZE);
  if (!is_below(&x, &P) || !is_below(&y, &P)) return FALSE;
  x = multiply(&x, &R_SQUARED);
  y = multiply(&y, &R_SQUARED);
  Number left = multiply(&y, &y);
  Number right = right_side(&x);
  return memcmp(&left, &right, sizeof left) == 0;
}
