/** One runnable program for each use of Parley; see the README of this module. */
@org.jspecify.annotations.NullMarked
package dev.parley.examples;
