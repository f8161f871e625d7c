"""The second factor: a code from an application, a passkey, or a recovery code; never a code by e-mail."""
