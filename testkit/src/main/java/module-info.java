/**
 * For tests of what is built on Parley: a network in memory, virtual time, contracts, leak checks.
 * Start with {@link dev.parley.testkit.InMemoryNetwork}.
 */
module dev.parley.testkit {
  requires transitive dev.parley.core;
  requires transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;
  requires static reactor.blockhound;
  requires io.netty.buffer;
  requires io.netty.common;
  requires org.assertj.core;
  requires org.junit.platform.commons;
  requires reactor.test;

  exports dev.parley.testkit;
  exports dev.parley.testkit.fault;

  provides org.junit.jupiter.api.extension.Extension with
      dev.parley.testkit.LeakExtension;
}
