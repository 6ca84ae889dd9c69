package dev.asyncwith.conformance;

import org.jspecify.annotations.Nullable;

/**
 * What a statement knows of where it runs.
 *
 * @param task the task
 * @param place what it is part of, innermost first
 * @param told the failure that its exit or its handler was told, if it has one
 */
record Context(String task, String place, @Nullable Throwable told) {

  static Context of(String task) {
    return new Context(task, "body", null);
  }

  Context within(String inner) {
    return within(inner, null);
  }

  Context within(String inner, @Nullable Throwable told) {
    return new Context(task, inner + " in " + place, told);
  }

  /** The place of a task that is forked here. */
  String ofChild() {
    return place.startsWith("child of") ? place : "body";
  }

  /** The place of a task of a gather here. */
  String ofGather(String gather) {
    String around = ofChild();
    return "child of " + gather + (around.equals("body") ? "" : " in " + around);
  }
}
