/* Runs gss-ntlmssp for the benchmark: signs and seals on a context with
 * itself, and logs on.
 *
 * The argument is an accounts file with the line DOM:alice:secret. Each line of
 * stdin is a request: "sign 64 1000" or "seal 64 1000" for 1000 messages of 64
 * bytes, "logon 0 1000" for 1000 logons. A line of stdout answers each. */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gss_OID_desc ntlm = {10, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_set_desc mechanisms = {1, &ntlm};

/* The status of the last call. */
static OM_uint32 minor;

static void must(OM_uint32 major, const char *call) {
  if (!GSS_ERROR(major)) return;
  fprintf(stderr, "%s: major %#x, minor %u\n", call, major, minor);
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

static void acquire(void) {
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

static void end(gss_ctx_id_t context) {
  must(gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER), "gss_delete_sec_context");
}

/* The client's side of an established context. */
static gss_ctx_id_t establish(void) {
  OM_uint32 major;
  const OM_uint32 flags =
      GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
  gss_ctx_id_t client = GSS_C_NO_CONTEXT, server = GSS_C_NO_CONTEXT;
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER, answer = GSS_C_EMPTY_BUFFER;
  do {
    major = gss_init_sec_context(&minor, initiate, &client, target, &ntlm, flags, 0,
                                 GSS_C_NO_CHANNEL_BINDINGS, &answer, NULL, &token, NULL, NULL);
    must(major, "gss_init_sec_context");
    gss_release_buffer(&minor, &answer);
    must(gss_accept_sec_context(&minor, &server, accept, &token, GSS_C_NO_CHANNEL_BINDINGS, NULL,
                                NULL, &answer, NULL, NULL, NULL),
         "gss_accept_sec_context");
    gss_release_buffer(&minor, &token);
  } while (major == GSS_S_CONTINUE_NEEDED);
  gss_release_buffer(&minor, &answer);
  end(server);
  return client;
}

static void sign(gss_ctx_id_t context, gss_buffer_t message) {
  gss_buffer_desc signature;
  must(gss_get_mic(&minor, context, GSS_C_QOP_DEFAULT, message, &signature), "gss_get_mic");
  gss_release_buffer(&minor, &signature);
}

static void seal(gss_ctx_id_t context, gss_buffer_t message) {
  gss_buffer_desc sealed;
  must(gss_wrap(&minor, context, 1, GSS_C_QOP_DEFAULT, message, NULL, &sealed), "gss_wrap");
  gss_release_buffer(&minor, &sealed);
}

static void logon(gss_ctx_id_t context, gss_buffer_t message) {
  (void)context, (void)message;
  end(establish());
}

int main(int count, char **arguments) {
  if (count != 2 || setenv("NTLM_USER_FILE", arguments[1], 1) != 0) return 2;
  acquire();
  gss_ctx_id_t context = establish();
  char operation[6];
  size_t size, times;
  while (scanf("%5s %zu %zu", operation, &size, &times) == 3) {
    gss_buffer_desc message = {size, calloc(size + 1, 1)};
    if (message.value == NULL) return 1;
    void (*call)(gss_ctx_id_t, gss_buffer_t) = strcmp(operation, "sign") == 0   ? sign
                                               : strcmp(operation, "seal") == 0 ? seal
                                                                                : logon;
    while (times-- > 0) call(context, &message);
    free(message.value);
    puts("done");
    fflush(stdout);
  }
  return 0;
}
