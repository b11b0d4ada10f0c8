/**
 * The names of metadata that tell who supports bound tokens; each value is a boolean. `client` and `authorizationServer`
 * are of draft-ietf-oauth-token-binding-08, for access tokens and refresh tokens; `relyingParty` and `provider` of OpenID
 * Connect Token Bound Authentication 1.0, for ID tokens.
 */
export const TOKEN_BINDING_METADATA: {
  readonly client: {
    readonly accessToken: 'client_access_token_token_binding_supported';
    readonly refreshToken: 'client_refresh_token_token_binding_supported';
  };
  readonly authorizationServer: {
    readonly accessToken: 'as_access_token_token_binding_supported';
    readonly refreshToken: 'as_refresh_token_token_binding_supported';
  };
  readonly relyingParty: { readonly idToken: 'rp_id_token_token_binding_supported' };
  readonly provider: { readonly idToken: 'op_id_token_token_binding_supported' };
} = Object.freeze({
  client: Object.freeze({
    accessToken: 'client_access_token_token_binding_supported',
    refreshToken: 'client_refresh_token_token_binding_supported',
  }),
  authorizationServer: Object.freeze({
    accessToken: 'as_access_token_token_binding_supported',
    refreshToken: 'as_refresh_token_token_binding_supported',
  }),
  relyingParty: Object.freeze({ idToken: 'rp_id_token_token_binding_supported' }),
  provider: Object.freeze({ idToken: 'op_id_token_token_binding_supported' }),
});
