package com.example.hello;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.dht.AddressPolicy;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import dev.parley.transport.rsocket.Padding;
import reactor.core.publisher.Mono;

public final class Hello {
  private Hello() {}

  public static void main(String[] args) {
    try (AgentNode bob = AgentNode.builder().identity(Identity.generate()).network("hello")
            .listen("127.0.0.1", 0)
            .with(Dht.defaults())
            .receive("greet", in -> Mono.just(Message.text("hello, " + in.message().text())))
            .start().block();
        AgentNode alice = AgentNode.builder().identity(Identity.generate()).network("hello")
            .with(Dht.builder().seed(bob.peerAddress()).addressPolicy(AddressPolicy.LAN).build())
            .transport(t -> t.encryption(e -> e.padding(Padding.BLOCK_64)))
            .start().block()) {
      System.out.println(
          alice.sendNow(bob.id(), Message.text("module " + Hello.class.getModule().getName()),
              SendOptions.to("greet")).text());
    }
  }
}
