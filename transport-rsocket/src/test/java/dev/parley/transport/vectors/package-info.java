/** What the generators of the published vectors share; see {@code vectors/parley/README.md}. */
package dev.parley.transport.vectors;
