"use strict";
/* The map that can be dragged, in place of the picture. Streets and tickets are asked for by the corner that is seen;
   what is seen stands in the address, in the form and in the link to the list. */
(() => {
  const place = document.querySelector("[data-map]");
  if (!place || !window.L) return;
  const { streets, tickets, query, tiles, credit, zoomIn, zoomOut, close, many } = place.dataset;
  const APART = 26; // Dots nearer to each other are one, which opens a list: a dot must be hit by a finger.
  const ALL_NAMED = 15; // From this zoom on every street that has room is named, before only the busiest.
  const KINDS = ["late", "", "ended"]; // What a dot shows that stands for several: the first that one of them is.
  const [south, west, north, east] = place.dataset.box.split(",").map(Number);
  place.textContent = "";
  document.querySelectorAll("[data-no-map]").forEach((part) => { part.hidden = true; });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { zoomControl: false, zoomSnap: 0.5, minZoom: 9, maxZoom: 19, fadeAnimation: !still, zoomAnimation: !still });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  map.attributionControl.setPrefix(false);
  map.fitBounds([[south, west], [north, east]]);
  if (tiles) L.tileLayer(tiles, { attribution: credit, maxZoom: 19 }).addTo(map);
  const under = map.createPane("names");
  under.style.zIndex = 450;
  under.setAttribute("aria-hidden", "true");
  const ways = L.layerGroup().addTo(map);
  const dots = L.layerGroup().addTo(map);
  const popup = L.popup({ maxHeight: 260, minWidth: 200 });
  let asked = 0;
  let opened = ""; // Which dot the list that is open belongs to.

  const load = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  const corner = (seen) => [seen.getSouth(), seen.getWest(), seen.getNorth(), seen.getEast()].map((part) => part.toFixed(6)).join(",");

  /* The streets, and the names of those that have room: along the street, none over another. */
  const inSight = (way) => {
    const size = map.getSize();
    const sight = L.bounds([14, 14], [size.x - 14, size.y - 14]);
    const points = way.map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
    const parts = points.slice(1).map((point, one) => L.LineUtil.clipSegment(points[one], point, sight));
    return parts.filter(Boolean).sort((one, other) => other[0].distanceTo(other[1]) - one[0].distanceTo(one[1]))[0];
  };
  const write = (name, [one, other]) => {
    const turn = ((Math.atan2(other.y - one.y, other.x - one.x) * 180 / Math.PI + 270) % 180) - 90;
    const words = document.createElement("span");
    words.textContent = name;
    words.style.transform = `translate(-50%, -50%) rotate(${turn}deg)`;
    const icon = L.divIcon({ className: "streetname", html: words, iconSize: [0, 0] });
    const at = map.containerPointToLatLng(one.add(other).divideBy(2));
    const mark = L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(ways);
    return { mark, frame: words.getBoundingClientRect() };
  };
  const apart = (one, other) => one.left > other.right + 6 || other.left > one.right + 6 || one.top > other.bottom + 6 || other.top > one.bottom + 6;
  const draw = (lines) => {
    ways.clearLayers();
    const busy = lines.features.length ? lines.features[Math.floor(lines.features.length / 12)].properties.houses : 0;
    const near = map.getZoom() >= ALL_NAMED;
    L.geoJSON(lines, {
      interactive: near,
      style: (feature) => ({ className: "street", weight: feature.properties.houses >= busy ? 3.5 : 1.5 }),
      onEachFeature: (feature, layer) => { if (near) layer.bindTooltip(new Text(feature.properties.name), { sticky: true }); },
    }).addTo(ways);
    const named = new Set();
    const taken = [];
    lines.features.forEach(({ properties: { name, houses }, geometry }) => {
      if (named.has(name) || (!near && houses < busy)) return;
      const part = inSight(geometry.coordinates);
      if (!part || part[0].distanceTo(part[1]) < name.length * 3.5) return;
      const { mark, frame } = write(name, part);
      if (taken.every((other) => apart(frame, other))) {
        named.add(name);
        taken.push(frame);
      } else {
        ways.removeLayer(mark);
      }
    });
  };

  /* The tickets: a dot each, one for several that would lie over each other. A dot opens the list of its tickets. */
  const heaps = (features) => {
    const found = [];
    features.forEach(({ properties, geometry: { coordinates: [lon, lat] } }) => {
      const spot = map.latLngToLayerPoint([lat, lon]);
      const near = found.find((heap) => heap.spot.distanceTo(spot) < APART);
      if (near) near.tickets.push(properties);
      else found.push({ at: [lat, lon], spot, tickets: [properties] });
    });
    return found;
  };
  const open = ({ at, tickets: here }) => {
    const list = document.createElement("ul");
    list.className = "heap";
    here.forEach(({ url, words }) => {
      const link = document.createElement("a");
      link.href = url;
      link.textContent = words;
      list.appendChild(document.createElement("li")).append(link);
    });
    popup.setLatLng(at).setContent(list).openOn(map);
    popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", close);
    opened = here[0].url;
    list.querySelector("a").focus({ preventScroll: true });
  };
  const focus = (url) => [...place.querySelectorAll(".spot")].find((dot) => dot.dataset.first === url)?.focus({ preventScroll: true });
  const mark = (heap) => {
    const { tickets: here } = heap;
    const words = here.length > 1 ? many.replace("#", here.length) : here[0].words;
    const kind = KINDS.find((one) => here.some((ticket) => ticket.kind === one)) ?? "";
    const size = here.length > 1 ? 24 : 18;
    const icon = L.divIcon({ className: `spot ${kind}`, html: here.length > 1 ? String(here.length) : "", iconSize: [size, size] });
    const dot = L.marker(heap.at, { icon, title: words }).addTo(dots);
    dot.on("click", () => open(heap));
    const part = dot.getElement();
    part.setAttribute("aria-label", words);
    part.dataset.first = here[0].url;
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      open(heap);
    });
  };
  const show = async () => {
    const mine = ++asked;
    const box = corner(map.getBounds().pad(0.15));
    const [lines, spots] = await Promise.all([
      tiles ? null : load(`${streets}?box=${box}`),
      load(`${tickets}?${query}${query ? "&" : ""}box=${box}`),
    ]).catch(() => [null, null]);
    if (mine !== asked || !spots) return;
    if (lines) draw(lines);
    const held = document.activeElement?.dataset.first;
    dots.clearLayers();
    heaps(spots.features).forEach(mark);
    if (held) focus(held);
    const full = document.querySelector("[data-map-full]");
    full.textContent = spots.full ? full.dataset.words : "";
  };

  /* What is seen can be sent to a colleague, narrowed down, and read as a list. A little less of it is written down:
     a map is as large as it must be to show all of a corner, and would grow with every look. */
  const remember = () => {
    const link = new URLSearchParams(query);
    link.set("box", corner(map.getBounds().pad(-0.02)));
    history.replaceState(null, "", `?${link}`);
    document.querySelector("[data-map-box]").value = link.get("box");
    const list = document.querySelector("[data-map-list]");
    list.href = `${list.dataset.mapList}?${link}`;
  };
  map.on("moveend", () => { remember(); show(); });
  map.on("popupclose", () => {
    if (place.contains(document.activeElement) || document.activeElement === document.body) focus(opened);
  });
  place.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
  show();
})();
