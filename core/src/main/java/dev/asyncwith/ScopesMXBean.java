package dev.asyncwith;

/**
 * What is open, for JMX: the MBean {@code dev.asyncwith:type=Scopes}, which is there once {@link
 * Tracking} was turned on. Safe for use by several threads.
 */
public interface ScopesMXBean {
  /** The name of the MBean. */
  String NAME = "dev.asyncwith:type=Scopes";

  /**
   * The mode of tracking.
   *
   * @return the name of a {@link Tracking.Mode}
   */
  String getMode();

  /**
   * Turns tracking on or off.
   *
   * @param mode the name of a {@link Tracking.Mode}, in letters of any case
   * @throws IllegalArgumentException if there is none of that name; nothing has changed then
   */
  void setMode(String mode);

  /**
   * How many managers and tasks are open.
   *
   * @return the number
   */
  int getOpen();

  /**
   * What is open, as text.
   *
   * @return what {@link Scopes#dump()} gives
   */
  String dump();

  /**
   * What is open, as JSON.
   *
   * @return what {@link ScopeDump#toJson()} gives
   */
  String dumpJson();

  /**
   * The deadlocks among tasks and locks.
   *
   * @return a line for each; empty if there are none
   */
  String[] findDeadlocks();
}
