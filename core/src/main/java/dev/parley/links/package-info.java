/**
 * The links of a node, over whatever carries them.
 *
 * <p>Start with {@link dev.parley.links.Links}.
 */
@NullMarked
package dev.parley.links;

import org.jspecify.annotations.NullMarked;
