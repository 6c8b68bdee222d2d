namespace Muster.Readiness;

/// <summary>Type, landmarks and the top of the page.</summary>
static class HtmlStyleText
{
    public static readonly Html Sheet = Html.Of($$"""
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 400 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        code, pre { font-family: ui-monospace, SFMono-Regular, "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; }
        a { color: var(--link); text-underline-offset: .2em; }
        a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
        h1, h2, h3, h4, h5, p, ul, ol, dl, pre { margin: 0; }
        h2 { font-size: 1.2rem; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; margin-bottom: .85rem; }
        h3 { font-size: 1rem; font-weight: 650; margin: 1.4rem 0 .5rem; }
        h3:first-of-type { margin-top: 0; }
        h4, h5 { display: inline; font-size: 1rem; font-weight: 600; }
        p + p, p + table, table + p { margin-top: .6rem; }
        .soft { color: var(--soft); font-weight: 400; }
        h3 .soft { margin-left: .35rem; font-size: .9rem; }
        .nowrap { white-space: nowrap; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: 1rem; padding: .5rem .8rem; background: var(--paper); z-index: 1; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .inner, .frame { max-width: 76rem; margin: 0 auto; padding: 0 2rem; }
        .top { background: var(--paper); border-top: 6px solid var(--mark); border-bottom: 1px solid var(--line); padding: 2.6rem 0 2rem; }
        .eyebrow { color: var(--soft); font-size: .95rem; }
        .eyebrow b { color: var(--ink); font-weight: 600; }
        h1 { margin: .35rem 0 .2rem; }
        h1 .name { display: block; font-size: 1.35rem; font-weight: 600; line-height: 1.3; }
        h1 .verdict { display: block; margin-top: .5rem; font-size: clamp(2.3rem, 6vw, 3.8rem); line-height: 1.08; font-weight: 750; letter-spacing: -.03em; color: var(--mark); overflow-wrap: normal; }
        h1 .pill { vertical-align: middle; font-size: 1rem; letter-spacing: 0; }
        .lead { font-size: 1.3rem; line-height: 1.4; margin-top: .3rem; max-width: 46rem; }
        .note { margin-top: .9rem; padding: .65rem .9rem; max-width: 50rem; border-left: 4px solid var(--mark); background: var(--mark-ground); border-radius: 0 6px 6px 0; }
        .facts { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.6rem 0 1.1rem; background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
        .facts div { flex: 1 1 9.5rem; background: var(--raised); padding: .8rem 1rem .85rem; }
        .facts dt { color: var(--soft); font-size: .85rem; }
        .facts dd { margin: .1rem 0 0; font-size: 1.25rem; font-weight: 650; letter-spacing: -.01em; line-height: 1.3; }
        .strip { display: flex; gap: 3px; margin: .7rem 0 1rem; max-width: 46rem; flex-wrap: wrap; }
        .strip i { flex: 1 0 1.6rem; height: 1.6rem; border-radius: 4px; background: var(--mark-ground); color: var(--mark); border: 1px solid var(--mark); font: 700 .85rem/1.5rem system-ui, sans-serif; text-align: center; }
        .tally + .soft { margin-top: .2rem; }

        """);
}
