package dev.parley.delegation;

import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import reactor.core.publisher.Mono;

/** Gives a test the host of a node, so that it can send what no honest node would. */
final class Forge implements Protocol, Protocol.Running {
  Host host;

  @Override
  public String name() {
    return "forge";
  }

  @Override
  public Mono<Forge> start(Host value) {
    return Mono.fromSupplier(
        () -> {
          host = value;
          return this;
        });
  }
}
