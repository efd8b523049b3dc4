package dev.parley.transport.rsocket;

import dev.parley.Address;

class RSocketOverTcpContractTest extends RSocketTransportContract {
  @Override
  Address listen() {
    return Address.tcp("127.0.0.1", 0);
  }
}
