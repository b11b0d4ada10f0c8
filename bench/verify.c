/* Verifies a Token Binding message with OpenSSL for the benchmark, as a server
 * in C does that keeps no keys: reads the message, makes the public key of its
 * identifier, and verifies the signature.
 *
 * The arguments are the number of the key parameters (RFC 8471 3.1), and the
 * exported keying material and a message in hexadecimal. Each line of stdin is
 * a number of verifications, and a line of stdout answers it. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RSA_PKCS1, RSA_PSS, ECDSA_P256 };
enum { EKM_LENGTH = 32, POINT_LENGTH = 64, RSA_LENGTH = 256 };

/* The bytes that are not read yet. */
typedef struct {
  const uint8_t *next;
  size_t left;
} reader;

/* Reads a vector whose length takes one byte or two. */
static int read_vector(reader *from, int length_bytes, reader *vector) {
  size_t length = 0;
  if (from->left < (size_t)length_bytes) return 0;
  for (int index = 0; index < length_bytes; index++) length = length << 8 | *from->next++;
  from->left -= length_bytes;
  if (from->left < length) return 0;
  *vector = (reader){from->next, length};
  from->next += length;
  from->left -= length;
  return 1;
}

static int read_byte(reader *from, uint8_t *byte) {
  if (from->left == 0) return 0;
  *byte = *from->next++;
  from->left--;
  return 1;
}

static EVP_PKEY *ec_key(reader key) {
  reader point;
  if (!read_vector(&key, 1, &point) || key.left > 0 || point.left != POINT_LENGTH) return NULL;
  uint8_t uncompressed[1 + POINT_LENGTH] = {POINT_CONVERSION_UNCOMPRESSED};
  memcpy(uncompressed + 1, point.next, POINT_LENGTH);
  const uint8_t *bytes = uncompressed;
  EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  EVP_PKEY *made = EVP_PKEY_new();
  if (o2i_ECPublicKey(&ec, &bytes, sizeof uncompressed) && EVP_PKEY_assign_EC_KEY(made, ec))
    return made;
  EC_KEY_free(ec);
  EVP_PKEY_free(made);
  return NULL;
}

static EVP_PKEY *rsa_key(reader key) {
  reader modulus, exponent;
  if (!read_vector(&key, 2, &modulus) || !read_vector(&key, 1, &exponent) || key.left > 0)
    return NULL;
  RSA *rsa = RSA_new();
  EVP_PKEY *made = EVP_PKEY_new();
  if (RSA_set0_key(rsa, BN_bin2bn(modulus.next, (int)modulus.left, NULL),
                   BN_bin2bn(exponent.next, (int)exponent.left, NULL), NULL) &&
      RSA_size(rsa) == RSA_LENGTH && EVP_PKEY_assign_RSA(made, rsa))
    return made;
  RSA_free(rsa);
  EVP_PKEY_free(made);
  return NULL;
}

/* The signature in DER, as OpenSSL wants it. */
static int ecdsa_signature(reader signature, uint8_t **der) {
  if (signature.left != POINT_LENGTH) return 0;
  ECDSA_SIG *pair = ECDSA_SIG_new();
  const int half = POINT_LENGTH / 2;
  ECDSA_SIG_set0(pair, BN_bin2bn(signature.next, half, NULL),
                 BN_bin2bn(signature.next + half, half, NULL));
  int length = i2d_ECDSA_SIG(pair, der);
  ECDSA_SIG_free(pair);
  return length;
}

static int verify_signature(EVP_PKEY *key, int parameters, const uint8_t *data, size_t length,
                            const uint8_t *signature, size_t signature_length) {
  EVP_MD_CTX *digest = EVP_MD_CTX_new();
  EVP_PKEY_CTX *context;
  int valid = EVP_DigestVerifyInit(digest, &context, EVP_sha256(), NULL, key) == 1;
  if (parameters == RSA_PSS)
    valid = valid && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
  valid = valid && EVP_DigestVerify(digest, signature, signature_length, data, length) == 1;
  EVP_MD_CTX_free(digest);
  return valid;
}

/* Whether the message has one Token Binding, with these key parameters and a
 * valid signature. */
static int verify(reader message, int parameters, const uint8_t *ekm) {
  reader bindings, key, signature, extensions;
  uint8_t data[2 + EKM_LENGTH];
  if (!read_vector(&message, 2, &bindings) || message.left > 0 || !read_byte(&bindings, data) ||
      !read_byte(&bindings, data + 1) || data[1] != parameters ||
      !read_vector(&bindings, 2, &key) || !read_vector(&bindings, 2, &signature) ||
      !read_vector(&bindings, 2, &extensions) || bindings.left > 0)
    return 0;
  memcpy(data + 2, ekm, EKM_LENGTH);
  EVP_PKEY *public_key = parameters == ECDSA_P256 ? ec_key(key) : rsa_key(key);
  if (public_key == NULL) return 0;
  uint8_t *der = NULL;
  if (parameters == ECDSA_P256) {
    signature.left = (size_t)ecdsa_signature(signature, &der);
    signature.next = der;
  }
  int valid =
      verify_signature(public_key, parameters, data, sizeof data, signature.next, signature.left);
  OPENSSL_free(der);
  EVP_PKEY_free(public_key);
  return valid;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  int parameters = atoi(arguments[1]);
  long ekm_length, length;
  uint8_t *ekm = OPENSSL_hexstr2buf(arguments[2], &ekm_length);
  uint8_t *message = OPENSSL_hexstr2buf(arguments[3], &length);
  if (ekm == NULL || ekm_length != EKM_LENGTH || message == NULL || length < 3) return 2;
  reader all = {message, (size_t)length};
  /* An altered signature must be refused: else the figures would mean nothing. Its last byte comes
   * before the two bytes with the length of the extensions. */
  message[length - 3] ^= 1;
  if (verify(all, parameters, ekm)) return 1;
  message[length - 3] ^= 1;
  size_t times;
  while (scanf("%zu", &times) == 1) {
    while (times-- > 0)
      if (!verify(all, parameters, ekm)) return 1;
    puts("done");
    fflush(stdout);
  }
  OPENSSL_free(ekm);
  OPENSSL_free(message);
  return 0;
}
