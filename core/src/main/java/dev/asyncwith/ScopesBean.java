package dev.asyncwith;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** What the MBean shows. */
final class ScopesBean implements ScopesMXBean {
  private ScopesBean() {}

  static void register() throws JMException {
    ManagementFactory.getPlatformMBeanServer()
        .registerMBean(
            new StandardMBean(new ScopesBean(), ScopesMXBean.class, true),
            new ObjectName(ScopesMXBean.NAME));
  }

  @Override
  public String getMode() {
    return Tracking.mode().name();
  }

  @Override
  public void setMode(String mode) {
    Tracking.enable(Tracking.named(mode));
  }

  @Override
  public int getOpen() {
    return Scopes.open().size();
  }

  @Override
  public String dump() {
    return Scopes.dump().toString();
  }

  @Override
  public String dumpJson() {
    return Scopes.dump().toJson();
  }

  @Override
  public String[] findDeadlocks() {
    return Scopes.deadlocks().toArray(String[]::new);
  }
}
