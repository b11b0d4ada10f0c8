/* Part of a stand-in for tests; not Microsoft's DLL. The curve P-256. */
#ifndef STAND_IN_P256_H
#define STAND_IN_P256_H

#include <windows.h>

#define P256_POINT_SIZE 64

/* Whether X || Y, both big-endian, is a point of P-256. Not every bcrypt.dll checks that. */
BOOL p256_has_point(const BYTE point[P256_POINT_SIZE]);

#endif
