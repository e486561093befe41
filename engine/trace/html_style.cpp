#include "engine/trace/html_parts.h"

namespace glassdock::trace {

std::string_view report_style() {
  return R"css(
:root{color-scheme:light dark;
--g0:#DFE5EA;--g1:#F4F7F9;--g2:#FFFFFF;--inset:#FAFBFC;--hair:#BCC7D0;--line2:#71818E;--ink:#10161C;--ink2:#3A4753;--ink3:#55636F;--plate:#10161C;--onplate:#F3F6F8;
--request-f:#56B4E9;--request-l:#0B6C9E;--request-s:#D3EEF9;--cache-f:#F0E442;--cache-l:#6C5E00;--cache-s:#FBF7BE;--pull-f:#CC79A7;--pull-l:#A2487D;--pull-s:#F7E3EE;
--snapshot-f:#009E73;--snapshot-l:#007352;--snapshot-s:#D3F0E5;--isolate-f:#E69F00;--isolate-l:#8C5600;--isolate-s:#FCEBC8;--run-f:#0072B2;--run-l:#27408F;--run-s:#DDE2F7;
--failed-l:#A83C00;--failed-s:#FBDFD0}
@media (prefers-color-scheme:dark){:root{
--g0:#0A0E13;--g1:#121920;--g2:#1A232D;--inset:#0D1218;--hair:#34434F;--line2:#61727F;--ink:#F3F6F8;--ink2:#BDC8D1;--ink3:#91A0AD;--plate:#F3F6F8;--onplate:#10161C;
--request-l:#56B4E9;--request-s:#142D3C;--cache-l:#F0E442;--cache-s:#34330F;--pull-l:#CC79A7;--pull-s:#36222E;--snapshot-f:#00AD80;--snapshot-l:#00AD80;--snapshot-s:#0B3227;
--isolate-l:#E69F00;--isolate-s:#3A2B08;--run-l:#809CFF;--run-s:#1A2145;--failed-l:#F0753A;--failed-s:#3F1E0E}}
.c-request{--f:var(--request-f);--l:var(--request-l);--s:var(--request-s)}.c-cache{--f:var(--cache-f);--l:var(--cache-l);--s:var(--cache-s)}
.c-pull{--f:var(--pull-f);--l:var(--pull-l);--s:var(--pull-s)}.c-snapshot{--f:var(--snapshot-f);--l:var(--snapshot-l);--s:var(--snapshot-s)}
.c-isolate{--f:var(--isolate-f);--l:var(--isolate-l);--s:var(--isolate-s)}.c-run{--f:var(--run-f);--l:var(--run-l);--s:var(--run-s)}
.c-build,.c-network,.c-volume,.c-lifecycle,.c-vm{--f:var(--ink3);--l:var(--ink2);--s:var(--inset)}
*{box-sizing:border-box}
body{margin:0;background:var(--g0);color:var(--ink);font:400 14px/1.5 Inter,"NanumBarunGothic","DejaVu Sans",NanumGothic,sans-serif}
html:lang(ko) body{line-height:1.55}
code,pre,.mono{font-family:"JetBrains Mono","NanumGothicCoding","DejaVu Sans Mono",monospace;font-variant-ligatures:none}
main{max-width:1180px;margin:0 auto;padding:16px}
section,header{background:var(--g1);border:1px solid var(--hair);border-radius:8px;padding:16px;margin:0 0 8px}
h1{font:600 22px/1.3 "JetBrains Mono","NanumGothicCoding","DejaVu Sans Mono",monospace;margin:8px 0 12px;overflow-wrap:anywhere;font-variant-ligatures:none}
h2{font-size:17px;font-weight:600;margin:0 0 12px}
p{margin:0 0 8px}.soft{color:var(--ink2)}.faint{color:var(--ink3)}
.brand{display:flex;align-items:center;gap:8px;font-weight:700}.brand svg{width:22px;height:22px}
.brand .kind{margin-left:auto;font-weight:500;border:1.5px dashed var(--line2);border-radius:12px;padding:1px 12px;color:var(--ink2);display:flex;align-items:center;gap:6px}
.brand .kind svg{width:16px;height:16px}
.chips{display:flex;flex-wrap:wrap;gap:8px;margin:0;padding:0;list-style:none}
.chips li{border:1px solid var(--line2);border-radius:12px;padding:1px 10px;color:var(--ink2);font-size:12px}
.notice{border-left:4px solid var(--failed-l);background:var(--failed-s);padding:8px 12px;border-radius:4px}
.stages{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:8px;margin:0;padding:0;list-style:none}
.stages li{display:grid;grid-template-columns:auto 1fr auto;gap:0 10px;align-items:center;background:var(--g2);border:1px solid var(--line2);border-radius:6px;padding:10px 12px}
.stages li.none{border-style:dashed;background:none;color:var(--ink3)}
.stages .name{font-weight:600}.stages .time{font-weight:600}.stages .what{grid-column:2/4;color:var(--ink2);font-size:12px}
.stages .none .what,.stages .none .time{color:var(--ink3);font-weight:400}
.badge{width:30px;height:30px;border-radius:6px;border:1.5px solid var(--l);background:var(--s);color:var(--l);display:grid;place-items:center;grid-row:span 2}
.badge svg{width:18px;height:18px}.none .badge{border-style:dashed;border-color:var(--line2);color:var(--ink3);background:none}
.total{margin:12px 0 0;color:var(--ink2)}
.scroll{overflow-x:auto}.scroll svg{display:block;width:100%;min-width:760px;height:auto}
svg text{font-family:Inter,"NanumBarunGothic","DejaVu Sans",NanumGothic,sans-serif;font-size:11px;fill:var(--ink2)}
svg text.mono{font-family:"JetBrains Mono","DejaVu Sans Mono",monospace}
.bar{fill:var(--s);stroke:var(--l);stroke-width:1.2}.bar.full{fill:var(--f)}.bar.failed{stroke:var(--failed-l);stroke-dasharray:6 3;stroke-width:2}
.point{fill:var(--f);stroke:var(--l);stroke-width:1.2}.rule{stroke:var(--hair);stroke-width:1}.tick{stroke:var(--line2);stroke-width:1}
.held{fill:url(#hatch);stroke:var(--ink);stroke-width:1.5}
a.mark:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
ol.events{list-style:none;margin:0;padding:0}
ol.events>li{display:grid;grid-template-columns:104px 108px minmax(0,1fr);gap:0 12px;padding:7px 8px;border-top:1px solid var(--hair);scroll-margin-top:8px}
ol.events>li:target{outline:2px solid var(--ink);border-radius:4px}
.at{text-align:right;color:var(--ink2);font-size:12px;line-height:21px;white-space:nowrap}
.stage{display:flex;gap:6px;align-items:flex-start;color:var(--l);font-size:12px;line-height:21px;font-weight:600}.stage svg{width:14px;height:14px;margin-top:3px;flex:none}
.said{overflow-wrap:anywhere}.said .took{color:var(--ink3);font-size:12px;white-space:nowrap}
li.failed .said>.words{color:var(--failed-l);font-weight:600}li.failed .said>.words::before{content:"\2715\00a0"}
li.held .said>.words{background:var(--plate);color:var(--onplate);border-radius:4px;padding:1px 8px;font-weight:600}
pre{margin:6px 0;padding:8px 12px;background:var(--inset);border:1px solid var(--hair);border-radius:6px;font-size:12px;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere;color:var(--ink)}
.remark{margin:2px 0 6px;color:var(--ink2);font-size:12px}
details{float:right;margin-left:12px}summary{cursor:pointer;color:var(--ink2);font-size:12px;text-decoration:underline;text-underline-offset:2px;width:max-content;max-width:100%}
.body{display:none;clear:both}details[open]~.body{display:block}
.body dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 12px;margin:6px 0;font-size:12px}.body dt{color:var(--ink3)}.body dd{margin:0;overflow-wrap:anywhere}
.body h3{font-size:12px;font-weight:600;color:var(--ink2);margin:8px 0 2px;overflow-wrap:anywhere}
footer{color:var(--ink3);font-size:12px;padding:8px 0}
@media (max-width:800px){.stages{grid-template-columns:1fr}ol.events>li{grid-template-columns:minmax(0,1fr) auto}.said{grid-column:1/3}.at{order:2}.stage{order:1}.said{order:3}}
@media print{:root{color-scheme:light;
--g0:#FFFFFF;--g1:#FFFFFF;--g2:#FFFFFF;--inset:#FAFBFC;--hair:#BCC7D0;--line2:#71818E;--ink:#10161C;--ink2:#3A4753;--ink3:#55636F;--plate:#10161C;--onplate:#F3F6F8;
--request-l:#0B6C9E;--request-s:#D3EEF9;--cache-l:#6C5E00;--cache-s:#FBF7BE;--pull-l:#A2487D;--pull-s:#F7E3EE;--snapshot-f:#009E73;--snapshot-l:#007352;--snapshot-s:#D3F0E5;
--isolate-l:#8C5600;--isolate-s:#FCEBC8;--run-l:#27408F;--run-s:#DDE2F7;--failed-l:#A83C00;--failed-s:#FBDFD0}
@page{margin:14mm}body{font-size:9pt;line-height:1.4;-webkit-print-color-adjust:exact;print-color-adjust:exact}main{padding:0;max-width:none}
details{display:none}.scroll{overflow:visible}.scroll svg{min-width:0}
.stages{grid-template-columns:repeat(2,minmax(0,1fr));gap:6px}.stages li{padding:5px 10px}
ol.events>li{grid-template-columns:82px 88px minmax(0,1fr);gap:0 10px;padding:3px 0}.said{grid-column:auto}.at,.stage,.said{order:0}
.at,.stage{font-size:8pt;line-height:1.4}.stage svg{margin-top:0}pre{font-size:7.5pt;line-height:1.35;padding:3px 8px;margin:3px 0}h2{break-after:avoid}
ol.events>li,.stages li,pre{break-inside:avoid}section,header{border:0;padding:0 0 12px}}
)css";
}

// Lines and arcs on a grid of 16, stroke 1.6.
std::string_view report_symbols() {
  return R"svg(<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<g id="i-request"><path d="M1.5 8h9M7 4.5 10.5 8 7 11.5M14 2.5v11"/></g>
<g id="i-cache"><path d="M2.5 2.5h11v11h-11zM2.5 8h11M6.5 5.2h3M6.5 10.8h3"/></g>
<g id="i-pull"><path d="M8 1.5v8M4.8 6.3 8 9.5l3.2-3.2M2.5 10v3.5h11V10"/></g>
<g id="i-snapshot"><path d="M2.5 3.5h11M2.5 8h11M2.5 12.5h11" stroke-width="2.6"/></g>
<g id="i-isolate"><path d="M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3M7 7h2v2H7z"/></g>
<g id="i-run"><path d="M4.5 2.5v11l8-5.5z"/></g>
<g id="i-build"><path d="M2.5 13.5 9 7M8 3.5l4.5 4.5 1.5-1.5-4.5-4.5z"/></g>
<g id="i-network"><path d="M8 2.5v4M4 11l4-4.5L12 11M2.5 11h3v2.5h-3zM10.5 11h3v2.5h-3z"/></g>
<g id="i-volume"><path d="M2.5 4.5c0-2.7 11-2.7 11 0v7c0 2.7-11 2.7-11 0zM2.5 4.5c0 2.7 11 2.7 11 0"/></g>
<g id="i-lifecycle"><path d="M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3"/></g>
<g id="i-vm"><path d="M2.5 2.5h11v8h-11zM5.5 13.5h5M8 10.5v3"/></g>
<g id="i-tape"><path d="M1.5 3.5h13v9h-13z"/><circle cx="5" cy="8" r="1.8"/><circle cx="11" cy="8" r="1.8"/></g>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--g1)"/><path d="M0 0v6" stroke="var(--ink)" stroke-width="1.5"/></pattern>
</defs></svg>
)svg";
}

}  // namespace glassdock::trace
