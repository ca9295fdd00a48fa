"""The dev page: live rows of the traffic, before | after | why. The only place that shows originals; off unless asked for."""
