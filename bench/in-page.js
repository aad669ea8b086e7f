// Runs in the page of the page bench, before its own scripts. Notes when the first images came over the socket and when rows were painted, and
// gives the bench what it measures with: `bench.painted`, `bench.scroll`.
;(() => {
  const start = { dataAt: 0, rowsAt: 0, allAt: 0 }

  /** Calls back once the frame that is being made is painted. */
  const afterPaint = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => then(performance.now())
      channel.port2.postMessage(null)
    })

  const Plain = window.WebSocket
  window.WebSocket = class extends Plain {
    constructor(address) {
      super(address)
      this.addEventListener('message', ({ data }) => {
        if (start.dataAt === 0 && typeof data === 'string' && data.includes('"diskFormat"')) start.dataAt = performance.now()
      })
    }
  }

  let known = ''
  const look = () => {
    const count = document.querySelector('.image-table')?.getAttribute('aria-rowcount') ?? ''
    if (count === known || document.querySelector('.rows > .tr') === null) return
    known = count
    afterPaint((at) => {
      start.rowsAt ||= at
      start.allAt = at
    })
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-rowcount'] })

  window.bench = {
    start,
    /** Milliseconds from when the browser got the next event of this type to when the frame that it led to is painted. */
    painted: (type) => {
      window.bench.last = new Promise((resolve) => {
        const heard = ({ timeStamp }) => afterPaint((at) => resolve(at - timeStamp))
        document.addEventListener(type, heard, { once: true, capture: true })
      })
    },
    /** Resolves when more rows than that are known, and the list to its end. */
    known: (least) =>
      new Promise((resolve) => {
        const check = () => {
          const count = Number(document.querySelector('.image-table')?.getAttribute('aria-rowcount'))
          const whole = document.querySelector('.filters .count')?.textContent.includes('so far') === false
          if (count > least && whole) resolve()
          else setTimeout(check, 20)
        }
        check()
      }),
    /** Scrolls by so much in every frame, turning round at the ends. */
    scroll: async (selector, pixels, forMs) => {
      const element = document.querySelector(selector)
      const frames = []
      let by = pixels
      await new Promise((resolve) => {
        const step = (now) => {
          frames.push(now)
          const before = element.scrollTop
          element.scrollTop += by
          if (element.scrollTop === before) by = -by
          if (now - frames[0] < forMs) requestAnimationFrame(step)
          else resolve()
        }
        requestAnimationFrame(step)
      })
      const gaps = frames.slice(1).map((at, n) => at - frames[n])
      return { fps: (gaps.length * 1000) / (frames.at(-1) - frames[0]), longest: Math.max(...gaps) }
    },
  }
})()
