"""How an adopted convention lives: its dates, what happens to it, how it ends, and what its end sets off."""
