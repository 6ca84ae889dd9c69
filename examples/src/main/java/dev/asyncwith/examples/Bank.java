package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.manager;

import dev.asyncwith.AsyncContextManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/**
 * Two accounts in a database in memory, which lives as long as the bank is open. The tenant has
 * 100; no balance may be negative. Safe for use by several threads.
 */
public final class Bank {
  private static final AtomicInteger OPENED = new AtomicInteger();

  private final String url;
  private final Connection keepsAlive;

  private Bank(String url, Connection keepsAlive) {
    this.url = url;
    this.keepsAlive = keepsAlive;
  }

  /** A manager of a bank with a database of its own. */
  public static AsyncContextManager<Bank, SQLException> open() {
    return manager(Bank::create, bank -> bank.keepsAlive.close());
  }

  private static Bank create() throws SQLException {
    String url = "jdbc:h2:mem:bank" + OPENED.incrementAndGet();
    var bank = new Bank(url, DriverManager.getConnection(url));
    try (var statement = bank.keepsAlive.createStatement()) {
      statement.execute(
          "create table account(name varchar primary key, balance int, "
              + "constraint no_debts check (balance >= 0))");
      statement.execute("insert into account values ('landlord', 0), ('tenant', 100)");
      return bank;
    } catch (Throwable failure) {
      bank.keepsAlive.close();
      throw failure;
    }
  }

  /** The committed balance of each account. */
  public Map<String, Integer> balances() throws SQLException {
    try (var statement = keepsAlive.createStatement();
        var rows = statement.executeQuery("select name, balance from account")) {
      var balances = new TreeMap<String, Integer>();
      while (rows.next()) {
        balances.put(rows.getString(1), rows.getInt(2));
      }
      return balances;
    }
  }

  /** Moves an amount from the tenant to the landlord. */
  static void transfer(Connection connection, int amount) throws SQLException {
    try (var update =
        connection.prepareStatement("update account set balance = balance + ? where name = ?")) {
      add(update, "landlord", amount);
      add(update, "tenant", -amount);
    }
  }

  private static void add(PreparedStatement update, String account, int amount)
      throws SQLException {
    update.setInt(1, amount);
    update.setString(2, account);
    update.executeUpdate();
  }

  /** The bank's connections, which tell when they are opened, commit, roll back and are closed. */
  public DataSource dataSource(Narrator out) {
    var source = new JdbcDataSource();
    source.setURL(url);
    return after(
        DataSource.class,
        source,
        (_, result) -> {
          if (!(result instanceof Connection connection)) {
            return result;
          }
          out.opened("{0} opened", "connection");
          return after(Connection.class, connection, (name, value) -> tell(name, value, out));
        });
  }

  private static @Nullable Object tell(String call, @Nullable Object result, Narrator out) {
    switch (call) {
      case "commit" -> out.say("committed");
      case "rollback" -> out.say("rolled back");
      case "close" -> out.closed("{0} closed", "connection");
      default -> {} // of no interest to the reader
    }
    return result;
  }

  /** What is done after each call of an object: it gets the call's name and result. */
  private interface After {
    @Nullable Object apply(String call, @Nullable Object result);
  }

  private static <T> T after(Class<T> type, T target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            Bank.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return after.apply(method.getName(), method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
