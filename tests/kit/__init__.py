"""What the tests stand on: processes, sockets, clients, the contract."""
