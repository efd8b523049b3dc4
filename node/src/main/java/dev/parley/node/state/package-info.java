/**
 * What a node must not forget, in a file: start with {@link dev.parley.node.state.FileStateStore}.
 */
@NullMarked
package dev.parley.node.state;

import org.jspecify.annotations.NullMarked;
