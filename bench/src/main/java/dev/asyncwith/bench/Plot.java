package dev.asyncwith.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plot as SVG, both of whose axes are logarithmic. */
final class Plot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final List<String> COLORS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private final Sizes.Curve curve;
  private final int lastX;
  private final int firstY;
  private final int lastY;
  private final StringBuilder svg = new StringBuilder();

  private Plot(Sizes.Curve curve) {
    this.curve = curve;
    lastX =
        curve.costs().values().stream()
            .flatMap(costs -> costs.keySet().stream())
            .mapToInt(size -> (int) Math.ceil(Math.log10(size)))
            .max()
            .orElse(1);
    var costs =
        curve.costs().values().stream()
            .flatMap(each -> each.values().stream())
            .mapToDouble(Math::log10)
            .summaryStatistics();
    firstY = (int) Math.floor(costs.getMin());
    lastY = Math.max(firstY + 1, (int) Math.ceil(costs.getMax()));
  }

  static String of(Sizes.Curve curve) {
    return new Plot(curve).draw();
  }

  private String draw() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">",
        WIDTH, HEIGHT);
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    text(LEFT, TOP - 16, "start", curve.title() + ", " + curve.unit());
    for (int power = 0; power <= lastX; power++) {
      line(x(power), y(firstY), x(power), y(lastY));
      text(x(power), HEIGHT - BOTTOM + 18, "middle", power(power));
    }
    for (int power = firstY; power <= lastY; power++) {
      line(x(0), y(power), x(lastX), y(power));
      text(LEFT - 8, y(power) + 4, "end", power(power));
    }
    text((x(0) + x(lastX)) / 2, HEIGHT - 12, "middle", curve.size());
    int i = 0;
    for (var contender : curve.costs().entrySet()) {
      series(contender.getKey().toString(), contender.getValue(), i++);
    }
    add("</svg>");
    return svg.toString();
  }

  private void series(String name, Map<Integer, Double> costs, int index) {
    String color = COLORS.get(index % COLORS.size());
    var points = new StringBuilder();
    costs.forEach(
        (size, cost) -> {
          double x = x(Math.log10(size));
          double y = y(Math.log10(cost));
          points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
          add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, color);
        });
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
        points.toString().strip(), color);
    double y = TOP + 14 + 20.0 * index;
    add("<circle cx=\"%d\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", WIDTH - RIGHT + 20, y - 4, color);
    text(WIDTH - RIGHT + 32, y, "start", name);
  }

  private double x(double power) {
    return LEFT + power / lastX * (WIDTH - LEFT - RIGHT);
  }

  private double y(double power) {
    return HEIGHT - BOTTOM - (power - firstY) / (lastY - firstY) * (HEIGHT - TOP - BOTTOM);
  }

  private static String power(int power) {
    return power < 0
        ? String.valueOf(Math.pow(10, power))
        : String.format(Locale.ROOT, "%,d", (long) Math.pow(10, power));
  }

  private void line(double x1, double y1, double x2, double y2) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>",
        x1, y1, x2, y2);
  }

  private void text(double x, double y, String anchor, String text) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
  }

  private void add(String format, Object... args) {
    svg.append(String.format(Locale.ROOT, format, args)).append('\n');
  }
}
