/**
 * Part of a page's script: what it changes in a figure for a narrow screen.
 *
 * The legend goes above the plot, which it would crowd out, and its long names are broken; two panels
 * side by side go below each other, and so do matrices whose entries are written in; a grid of maps
 * gets two columns; axis titles and rows of labels are set smaller. A figure whose axes keep one
 * scale is then as wide as the screen and less high than it was to be: `fit` takes the blank bands
 * away.
 */
export const narrowFigures = `
  const above = { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" };
  const axesOf = (layout, letter) =>
    Object.keys(layout)
      .filter((key) => key.startsWith(letter + "axis") && typeof layout[key] === "object")
      .map((key) => layout[key] ?? {});
  const broken = (name) => {
    const blank = name.lastIndexOf(" ", 32);
    return name.length < 35 || blank < 0 || name.includes("<")
      ? name
      : name.slice(0, blank) + "<br>" + name.slice(blank + 1);
  };
  const breakNames = (traces) => {
    for (const trace of traces ?? []) if (typeof trace?.name === "string") trace.name = broken(trace.name);
  };
  const stack = (layout) => {
    const { xaxis, xaxis2, xaxis3, yaxis, yaxis2, sliders, annotations, shapes } = layout;
    const beside = xaxis?.domain && xaxis2?.domain && xaxis.domain[1] <= xaxis2.domain[0];
    if (!beside || xaxis3 || yaxis?.domain || yaxis2?.domain || yaxis?.scaleanchor) return;
    if ([sliders, annotations, shapes].some((list) => list?.length > 0)) return;
    xaxis.domain = xaxis2.domain = [0, 1];
    yaxis.domain = [0.6, 1];
    yaxis2.domain = [0, 0.4];
    layout.height *= 1.6;
  };
  // A matrix below another is as wide as the screen, so that its entries can be read.
  const pile = ({ data, layout }) => {
    const [xs, ys, titles] = [axesOf(layout, "x"), axesOf(layout, "y"), layout.annotations ?? []];
    const isPanels = xs.length > 1 && [ys, titles].every((list) => list.length === xs.length);
    if (!isPanels || !data.every((trace) => trace?.texttemplate)) return;
    const side = 330;
    const gap = 60 / (side * xs.length);
    const height = (1 - gap * (xs.length - 1)) / xs.length;
    xs.forEach((axis, i) => {
      const top = 1 - i * (height + gap);
      axis.domain = [0, 1];
      ys[i].domain = [Math.max(0, top - height), top];
      if (i < xs.length - 1) axis.title = { ...axis.title, text: "" };
      ys[i].title = { ...ys[0].title };
      Object.assign(titles[i], { x: 0.5, y: top + 0.01 });
    });
    layout.height = 100 + side * xs.length + (layout.sliders ? 90 : 0);
  };
  // Maps under each other's titles: every panel has its x and y axis and its annotation, in order.
  const regrid = (layout) => {
    const [xs, ys, titles] = [axesOf(layout, "x"), axesOf(layout, "y"), layout.annotations ?? []];
    const isGrid = xs.length > 2 && [ys, titles].every((list) => list.length === xs.length);
    if (!isGrid || layout.sliders || !ys.every((axis) => axis.scaleanchor && axis.domain)) return;
    const isAlone = [...xs, ...ys].every((axis) => axis.showticklabels !== false);
    const titleOf = (axes) => axes.map((axis) => axis.title?.text).find(Boolean) ?? "";
    const [xTitle, yTitle] = [titleOf(xs), titleOf(ys)];
    const rows = Math.ceil(xs.length / 2);
    const gap = { x: isAlone ? 0.24 : 0.08, y: (isAlone ? 0.56 : 0.26) / rows };
    const [width, height] = [(1 - gap.x) / 2, (1 - gap.y * (rows - 1)) / rows];
    xs.forEach((axis, i) => {
      const [left, top] = [(i % 2) * (width + gap.x), 1 - Math.floor(i / 2) * (height + gap.y)];
      const [isFirst, isLowest] = [i % 2 === 0, i + 2 >= xs.length];
      Object.assign(axis, { domain: [left, left + width], showticklabels: isAlone || isLowest });
      Object.assign(ys[i], { domain: [Math.max(0, top - height), top], showticklabels: isAlone || isFirst });
      axis.title = { ...axis.title, text: isLowest ? xTitle : "" };
      ys[i].title = { ...ys[i].title, text: isFirst ? yTitle : "" };
      Object.assign(titles[i], { x: left + width / 2, y: top });
    });
    for (const axis of [...xs, ...ys]) axis.tickfont = { size: 11, ...axis.tickfont };
    for (const title of titles) title.font = { size: 11, ...title.font };
    layout.height = 90 + 190 * rows;
  };
  const narrow = ({ data, layout, frames }) => {
    const { entrywidth, entrywidthmode, ...legend } = layout.legend ?? {};
    layout.legend = { ...legend, font: { size: 12, ...legend.font }, ...above };
    breakNames(data);
    for (const frame of frames ?? []) breakNames(frame.data);
    stack(layout);
    pile({ data, layout });
    regrid(layout);
    for (const axis of [...axesOf(layout, "x"), ...axesOf(layout, "y")]) {
      if (axis.title?.text) axis.title.font = { size: 13, ...axis.title.font };
    }
    const labels = layout.annotations ?? [];
    if (labels.length > 6) for (const label of labels) label.font = { ...label.font, size: 9 };
  };
  // Plotly writes the domains that it shrinks into the layout: they are read before it draws.
  const domainsOf = (layout) =>
    Object.keys(layout)
      .filter((key) => /^yaxis[0-9]*$/.test(key))
      .map((key) => [key, [...(layout[key]?.domain ?? [0, 1])]]);
  const fit = (drawn, domains) => {
    const { _size: size, height } = drawn._fullLayout;
    const blank = domains.map(
      ([key, [low, high]]) => size.h - drawn._fullLayout[key]._length / (high - low),
    );
    const least = Math.min(...blank);
    return least > 8 && least < size.h ? Plotly.relayout(drawn, { height: height - least }) : undefined;
  };`;
