"use strict";
/* The map that can be dragged, in place of the picture. Streets and tickets are asked for by the corner that is seen. */
(() => {
  const place = document.querySelector("[data-map]");
  if (!place || !window.L) return;
  const { streets, tickets, query, tiles, credit, zoomIn, zoomOut } = place.dataset;
  const [south, west, north, east] = place.dataset.box.split(",").map(Number);
  place.textContent = "";
  document.querySelectorAll("[data-no-map]").forEach((part) => { part.hidden = true; });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { zoomControl: false, zoomSnap: 0.5, minZoom: 9, maxZoom: 19, fadeAnimation: !still, zoomAnimation: !still });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  map.attributionControl.setPrefix(false);
  map.fitBounds([[south, west], [north, east]]);
  if (tiles) L.tileLayer(tiles, { attribution: credit, maxZoom: 19 }).addTo(map);
  const ways = L.layerGroup().addTo(map);
  const dots = L.layerGroup().addTo(map);
  let asked = 0;

  const words = (feature) => {
    const part = document.createElement(feature.properties.url ? "a" : "span");
    if (feature.properties.url) part.href = feature.properties.url;
    part.textContent = feature.properties.words || feature.properties.name;
    return part;
  };
  const load = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  const show = async () => {
    const mine = ++asked;
    const seen = map.getBounds().pad(0.15);
    const box = [seen.getSouth(), seen.getWest(), seen.getNorth(), seen.getEast()].map((part) => part.toFixed(6)).join(",");
    const [lines, spots] = await Promise.all([
      tiles ? null : load(`${streets}?box=${box}`),
      load(`${tickets}?${query}${query ? "&" : ""}box=${box}`),
    ]).catch(() => [null, null]);
    if (mine !== asked || !spots) return;
    if (lines) {
      ways.clearLayers();
      const busy = lines.features.length ? lines.features[Math.floor(lines.features.length / 12)].properties.houses : 0;
      L.geoJSON(lines, {
        interactive: map.getZoom() > 14,
        style: (feature) => ({ className: "street", weight: feature.properties.houses >= busy ? 3.5 : 1.5 }),
        onEachFeature: (feature, layer) => { if (map.getZoom() > 14) layer.bindTooltip(words(feature), { sticky: true }); },
      }).addTo(ways);
    }
    dots.clearLayers();
    L.geoJSON(spots, {
      pointToLayer: (feature, at) => L.circleMarker(at, { radius: 7, weight: 1.5, className: `spot ${feature.properties.kind}` }),
      onEachFeature: (feature, layer) => layer.bindPopup(words(feature)),
    }).addTo(dots);
  };
  map.on("moveend", show);
  show();
})();
