// Environment variables for secrets: other users of a machine may see arguments.

/** The exported keying material (EKM). */
export const EKM_VARIABLE = 'TOKENBINDING_EKM';

/** The password of the account that `conformance --user` names. */
export const PASSWORD_VARIABLE = 'TOKENBINDING_PASSWORD';
