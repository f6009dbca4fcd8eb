"""What tests share: the cast, the application, servers on loopback, helpers by subject."""
