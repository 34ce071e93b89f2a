"""What a tired person should look at, each with what to do: `examine` looks and changes nothing."""
