/**
 * Tools for testing code that talks over networks and runs on Reactor and Netty.
 *
 * <p>Start with {@link dev.parley.testkit.LeakExtension}, which fails tests that leave buffers,
 * threads or dropped signals behind; {@link dev.parley.testkit.VirtualTime}, a clock that tests
 * advance; {@link dev.parley.testkit.InMemoryNetwork}, which connects agents without sockets; and
 * {@link dev.parley.testkit.fault.FaultProxy}, which makes loopback connections as bad as real
 * ones. An implementation of a port proves itself by {@link dev.parley.testkit.TransportContract},
 * {@link dev.parley.testkit.AgentResolverContract} or {@link
 * dev.parley.testkit.StateStoreContract}.
 */
@NullMarked
package dev.parley.testkit;

import org.jspecify.annotations.NullMarked;
