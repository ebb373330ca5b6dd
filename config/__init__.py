"""Settings, addresses, jobs, and the servers that the system stands on."""
