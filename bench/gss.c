/* Runs a mechanism of MIT's GSS-API for the benchmark, client and server in
 * one process: logs on, signs, verifies, seals and unseals.
 *
 * The argument is "ntlm", for gss-ntlmssp with the account DOM:alice:secret of
 * NTLM_USER_FILE, or "kerberos", for MIT Kerberos with the files of KRB5_CONFIG,
 * KRB5CCNAME and KRB5_KTNAME. Each line of stdin is a request, with the size of
 * a message and the number of calls, such as "sign 64 1000". "verify" and
 * "unseal" take the messages that "keep-signed" and "keep-sealed" made before,
 * each once. A line of stdout answers each. */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5/krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gss_OID_desc ntlm = {10, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_desc kerberos = {9, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
static gss_OID mechanism;
static OM_uint32 flags =
    GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;

/* The status of the last call. */
static OM_uint32 minor;

static void must(OM_uint32 major, const char *call) {
  if (!GSS_ERROR(major)) return;
  fprintf(stderr, "%s: major %#x, minor %u\n", call, major, minor);
  exit(1);
}

static void must_krb5(krb5_error_code code, const char *call) {
  if (code == 0) return;
  fprintf(stderr, "%s: %d\n", call, code);
  exit(1);
}

static gss_name_t name_of(const char *text, gss_OID type) {
  gss_name_t name;
  gss_buffer_desc buffer = {strlen(text), (void *)text};
  must(gss_import_name(&minor, &buffer, type, &name), "gss_import_name");
  return name;
}

static gss_cred_id_t initiate, accept;
static gss_name_t target;

static void acquire_ntlm(void) {
  gss_OID_set_desc mechanisms = {1, &ntlm};
  gss_buffer_desc password = {strlen("secret"), "secret"};
  must(gss_acquire_cred_with_password(&minor, name_of("DOM\\alice", GSS_C_NT_USER_NAME), &password,
                                      GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE, &initiate,
                                      NULL, NULL),
       "gss_acquire_cred_with_password");
  must(gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT, &accept,
                        NULL, NULL),
       "gss_acquire_cred");
  target = name_of("HTTP@srv", GSS_C_NT_HOSTBASED_SERVICE);
}

/* Copies the tickets and the keys from the files to memory: a logon reads no
 * file. */
static void acquire_kerberos(void) {
  krb5_context context;
  krb5_ccache file, memory;
  krb5_principal client;
  krb5_keytab keytab, keys;
  krb5_kt_cursor cursor;
  krb5_keytab_entry entry;
  must_krb5(krb5_init_context(&context), "krb5_init_context");
  must_krb5(krb5_cc_default(context, &file), "krb5_cc_default");
  must_krb5(krb5_cc_get_principal(context, file, &client), "krb5_cc_get_principal");
  must_krb5(krb5_cc_resolve(context, "MEMORY:tickets", &memory), "krb5_cc_resolve");
  must_krb5(krb5_cc_initialize(context, memory, client), "krb5_cc_initialize");
  must_krb5(krb5_cc_copy_creds(context, file, memory), "krb5_cc_copy_creds");
  must_krb5(krb5_kt_default(context, &keytab), "krb5_kt_default");
  must_krb5(krb5_kt_resolve(context, "MEMORY:keys", &keys), "krb5_kt_resolve");
  must_krb5(krb5_kt_start_seq_get(context, keytab, &cursor), "krb5_kt_start_seq_get");
  while (krb5_kt_next_entry(context, keytab, &entry, &cursor) == 0)
    must_krb5(krb5_kt_add_entry(context, keys, &entry), "krb5_kt_add_entry");
  gss_key_value_element_desc elements[] = {{"ccache", "MEMORY:tickets"}, {"keytab", "MEMORY:keys"}};
  gss_key_value_set_desc store = {1, elements}, server_store = {1, elements + 1};
  gss_OID_set_desc mechanisms = {1, &kerberos};
  must(gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
                             &store, &initiate, NULL, NULL),
       "gss_acquire_cred_from");
  must(gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT,
                             &server_store, &accept, NULL, NULL),
       "gss_acquire_cred_from");
  target = name_of("HTTP@www.example.test", GSS_C_NT_HOSTBASED_SERVICE);
  flags |= GSS_C_MUTUAL_FLAG;
}

static gss_ctx_id_t client, server;

static void end(gss_ctx_id_t *context) {
  must(gss_delete_sec_context(&minor, context, GSS_C_NO_BUFFER), "gss_delete_sec_context");
}

/* Establishes both sides. */
static void establish(void) {
  OM_uint32 major;
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER, answer = GSS_C_EMPTY_BUFFER;
  do {
    major = gss_init_sec_context(&minor, initiate, &client, target, mechanism, flags, 0,
                                 GSS_C_NO_CHANNEL_BINDINGS, &answer, NULL, &token, NULL, NULL);
    must(major, "gss_init_sec_context");
    gss_release_buffer(&minor, &answer);
    if (token.length > 0)
      must(gss_accept_sec_context(&minor, &server, accept, &token, GSS_C_NO_CHANNEL_BINDINGS, NULL,
                                  NULL, &answer, NULL, NULL, NULL),
           "gss_accept_sec_context");
    gss_release_buffer(&minor, &token);
  } while (major == GSS_S_CONTINUE_NEEDED);
  gss_release_buffer(&minor, &answer);
}

static gss_buffer_desc message;
/* The messages that the client keeps for the server. */
static gss_buffer_t kept;
static size_t kept_count, next;

static gss_buffer_t keep(void) {
  gss_buffer_t grown = realloc(kept, (kept_count + 1) * sizeof *kept);
  if (grown == NULL) exit(1);
  kept = grown;
  return &kept[kept_count++];
}

static gss_buffer_t take(void) {
  if (next == kept_count) exit(2);
  return &kept[next++];
}

static void sign_to(gss_buffer_t signature) {
  must(gss_get_mic(&minor, client, GSS_C_QOP_DEFAULT, &message, signature), "gss_get_mic");
}

static void seal_to(gss_buffer_t sealed) {
  must(gss_wrap(&minor, client, 1, GSS_C_QOP_DEFAULT, &message, NULL, sealed), "gss_wrap");
}

static void sign(void) {
  gss_buffer_desc signature;
  sign_to(&signature);
  gss_release_buffer(&minor, &signature);
}

static void seal(void) {
  gss_buffer_desc sealed;
  seal_to(&sealed);
  gss_release_buffer(&minor, &sealed);
}

static void keep_signed(void) { sign_to(keep()); }

static void keep_sealed(void) { seal_to(keep()); }

/* A message out of its order has a major status that is no error. */
static void must_complete(OM_uint32 major, const char *call) {
  if (major == GSS_S_COMPLETE) return;
  must(GSS_S_FAILURE, call);
}

static void verify(void) {
  gss_buffer_t signature = take();
  must_complete(gss_verify_mic(&minor, server, &message, signature, NULL), "gss_verify_mic");
  gss_release_buffer(&minor, signature);
}

static void unseal(void) {
  gss_buffer_t sealed = take();
  gss_buffer_desc plain;
  must_complete(gss_unwrap(&minor, server, sealed, &plain, NULL, NULL), "gss_unwrap");
  gss_release_buffer(&minor, &plain);
  gss_release_buffer(&minor, sealed);
}

static void logon(void) {
  end(&client);
  end(&server);
  establish();
}

/* The server has not seen the messages that nobody kept. */
static void begin_to_keep(void) {
  if (next != kept_count) exit(2);
  next = kept_count = 0;
  logon();
}

static const struct {
  const char *name;
  void (*call)(void);
} operations[] = {
    {"sign", sign},
    {"seal", seal},
    {"keep-signed", keep_signed},
    {"keep-sealed", keep_sealed},
    {"verify", verify},
    {"unseal", unseal},
    {"logon", logon},
};

static void run(const char *name, size_t times) {
  for (size_t index = 0; index < sizeof operations / sizeof *operations; index++) {
    if (strcmp(operations[index].name, name) != 0) continue;
    while (times-- > 0) operations[index].call();
    return;
  }
  exit(2);
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  mechanism = strcmp(arguments[1], "kerberos") == 0 ? &kerberos : &ntlm;
  if (mechanism == &kerberos)
    acquire_kerberos();
  else
    acquire_ntlm();
  establish();
  char operation[12];
  size_t size, times;
  while (scanf("%11s %zu %zu", operation, &size, &times) == 3) {
    message.length = size;
    message.value = calloc(size + 1, 1);
    if (message.value == NULL) return 1;
    if (strncmp(operation, "keep-", 5) == 0) begin_to_keep();
    run(operation, times);
    free(message.value);
    puts("done");
    fflush(stdout);
  }
  return 0;
}
