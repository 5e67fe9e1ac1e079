package io.wasmchord.constraint.automaton;

import java.util.HashMap;
import java.util.Map;

/** Gives nodes, equal ones once, as long as there are not too many. */
final class Nodes {
  private static final int MOST = 1 << 17; // of their weights

  private record Place(int node, int low, int rest) {}

  private final Map<Frame, Node.Start> starts = new HashMap<>();
  private final Map<Place, Node> places = new HashMap<>();
  private int made;
  private long weight;
  private int epoch;

  Node.Start of(Frame frame) {
    Node.Start known = starts.get(frame);
    if (known == null) {
      known = new Node.Start(made++, frame);
      weight += frame.weight();
      forgetIfMany();
      starts.put(frame, known);
    }
    return known;
  }

  Node inside(Node target, int rest) {
    Place place = new Place(target.id(), -1, rest);
    return places.computeIfAbsent(place, at -> new Node.Inside(made++, target, rest));
  }

  Node mixed(Node.Start start, int low, int rest) {
    Place place = new Place(start.id(), low, rest);
    return places.computeIfAbsent(place, at -> new Node.Mixed(made++, start, low, rest));
  }

  /** What is in use stays alive; it is only met again as another node. */
  private void forgetIfMany() {
    if (weight + places.size() >= MOST) {
      starts.clear();
      places.clear();
      weight = 0;
      epoch++;
    }
  }

  /** How often nodes were forgotten. */
  int epoch() {
    return epoch;
  }
}
