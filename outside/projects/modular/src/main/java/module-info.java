/** An application on the module path that sends a message. */
module com.example.hello {
  requires dev.parley.core;
  requires dev.parley.dht;
  requires dev.parley.node;
  requires dev.parley.transport.rsocket;
  requires reactor.core;
}
