@NullMarked
package dev.parley.node;

import org.jspecify.annotations.NullMarked;
