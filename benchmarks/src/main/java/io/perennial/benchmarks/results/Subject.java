package io.perennial.benchmarks.results;

/**
 * What a row of the table measures.
 *
 * @param name short, as on the command line
 * @param title for people: what is done, and from when to when the time is taken
 * @param unit of the figures
 * @param lessIsBetter whether the smaller figure is the better one
 */
public record Subject(String name, String title, String unit, boolean lessIsBetter) {}
