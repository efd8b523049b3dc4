/**
 * What a node shows over HTTP: metrics, health, and a page to look at.
 *
 * <p>Start with {@link dev.parley.observability.http.NodeHttp}. A {@link
 * dev.parley.observability.http.ConsoleListener} hears what the page shows.
 */
@NullMarked
package dev.parley.observability.http;

import org.jspecify.annotations.NullMarked;
