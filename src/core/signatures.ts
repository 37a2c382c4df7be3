/** What checking a signed statement's signature said. Done by `ssh-keygen`, outside of this floor. */
export type SignatureState =
  | {
      readonly state: 'valid';
      /** Everything the allowed signers call the owner of the key: e-mail addresses, forge names. */
      readonly principals: readonly string[];
      /** The key's fingerprint, `SHA256:…`. */
      readonly fingerprint: string;
      /** True for a key that is kept in hardware (`sk-` types). */
      readonly hardware: boolean;
    }
  | {
      readonly state: 'invalid';
      /** Why, to go behind "the sign-off does not count: ". No full stop. */
      readonly why: string;
    };

/** By the statement's uuid; a statement that carries no signature is not in it. */
export type Signatures = ReadonlyMap<string, SignatureState>;
