"""The edge: who asks, when, in which transaction, and how a refusal is answered."""
