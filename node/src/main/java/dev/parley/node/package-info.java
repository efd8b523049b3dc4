/** The assembled node, which a service embeds: start with {@link dev.parley.node.AgentNode}. */
@NullMarked
package dev.parley.node;

import org.jspecify.annotations.NullMarked;
