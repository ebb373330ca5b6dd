// Draws each chart of a dashboard from the table beside it, so that both show the same numbers.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  BarChart, LineChart, PieChart,
  AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer,
]);

const COLOURS = ["#7d1416", "#5b6470", "#b0852f", "#2f6b4f", "#3f5f8a", "#8a8d92"];

function readTable(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
  const headings = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const number = (text) => Number(text.replace(/[^\d.-]/g, "")) || 0;
  return {
    names: rows.map((row) => row[0]),
    series: headings.slice(1).map((name, at) => ({ name, data: rows.map((row) => number(row[at + 1])) })),
  };
}

function options(kind, { names, series }, text, narrow) {
  const shared = {
    color: COLOURS,
    textStyle: text,
    animation: false,
    aria: { enabled: true, decal: { show: true } },
    tooltip: { trigger: kind === "pie" ? "item" : "axis", renderMode: "richText", confine: true },
    legend: series.length > 1 || kind === "pie" ? { bottom: 0, textStyle: text } : undefined,
  };
  if (kind === "pie") {
    const data = names.map((name, at) => ({ name, value: series[0].data[at] }));
    const label = { ...text, width: 9 * text.fontSize, overflow: "break", formatter: ({ name, value, percent }) => `${name} ${value}（${percent.toFixed(1)}%）` };
    shared.legend.formatter = (name) => `${name} ${series[0].data[names.indexOf(name)]}`;
    if (narrow) label.show = false; // the legend and the table say it
    return { ...shared, series: [{ type: "pie", radius: ["35%", "60%"], center: ["50%", "44%"], minShowLabelAngle: 4, data, label }] };
  }
  const long = kind === "bar" && names.some((name) => name.length > 5);
  const axis = { type: "category", data: names, axisLabel: { ...text, interval: 0 }, inverse: long };
  const scale = { type: "value", minInterval: 1, splitNumber: narrow ? 3 : 5, axisLabel: { ...text, hideOverlap: true }, splitLine: { lineStyle: { color: "#e3e3df" } } };
  return {
    ...shared,
    grid: { left: 8, right: 24, top: 16, bottom: series.length > 1 ? 40 : 8, containLabel: true },
    xAxis: long ? scale : axis,
    yAxis: long ? axis : scale,
    series: series.map((one) => ({ ...one, type: kind, barMaxWidth: 28, symbolSize: 8 })),
  };
}

function draw(canvas) {
  const table = canvas.closest(".chart").querySelector("table");
  const data = readTable(table);
  if (!data.names.length) return;
  canvas.hidden = false;
  // Widths are measured on a canvas, which knows no "inherit".
  const { fontFamily, fontSize, color } = getComputedStyle(canvas);
  const chart = init(canvas, null, { renderer: "svg" });
  const text = { color, fontFamily, fontSize: parseFloat(fontSize) };
  chart.setOption(options(canvas.dataset.chart, data, text, canvas.clientWidth < 30 * text.fontSize));
  canvas.setAttribute("role", "img");
  addEventListener("resize", () => chart.resize());
}

const drawAll = (root) => root.querySelectorAll("[data-chart][hidden]").forEach(draw);
addEventListener("DOMContentLoaded", () => drawAll(document));
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
