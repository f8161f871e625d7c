"""The journal as people meet it: its page, its files, its mails, and what keeps it sealed."""
