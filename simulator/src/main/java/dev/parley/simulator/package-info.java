/** A deterministic network of many DHT nodes in one JVM, with virtual time. */
@NullMarked
package dev.parley.simulator;

import org.jspecify.annotations.NullMarked;
