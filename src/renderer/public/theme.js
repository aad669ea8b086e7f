// Runs before the first paint, so that a chosen theme never flashes in the system's one. No value = the system's.
try {
  const theme = localStorage.getItem('glancer.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is closed to this page: the system's theme it is.
}
