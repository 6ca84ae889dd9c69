# What asyncwith.cmd cannot do by itself. Each action takes its arguments by position.
param([string] $Action, [string] $First, [string] $Second)
$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot\..\..").Path
Set-Location -LiteralPath $root

# Property NAME: the project's version, or a property of the root pom.
function Property([string] $name) {
  $project = ([xml] [IO.File]::ReadAllText("$root\pom.xml")).project
  $value = if ($name -eq 'version') { $project.version } else { $project.properties.$name }
  if (-not $value) { throw "$root\pom.xml does not have $name" }
  $value
}

switch ($Action) {
  # property NAME
  'property' { Property $First }

  # sums FOLDERS JDK: checksums of the sources and of the files in FOLDERS, which semicolons part; and which JDK it is
  'sums' {
    $modules = 'bom', 'core', 'files', 'http', 'testing', 'examples', 'cli'
    $paths = @('pom.xml', 'LICENSE', 'NOTICE') + ($modules | ForEach-Object { "$_\pom.xml"; "$_\src\main" }) + $First.Split(';')
    Get-Content -LiteralPath "$Second\release"
    $paths | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Get-ChildItem -LiteralPath $_ -Recurse -File } |
      Get-FileHash | ForEach-Object { "$($_.Hash) $($_.Path)" }
  }

  # fill TEMPLATE FILE: copies a template with each @name@ replaced by the root pom's value
  'fill' {
    $filled = [regex]::Replace([IO.File]::ReadAllText($First), '@([a-z][a-z.-]*)@', { param($match) Property $match.Groups[1].Value })
    [IO.File]::WriteAllText($Second, $filled)
  }

  # summary SINCE: sums up the surefire reports written after the file SINCE; exit code 1 if there are none
  'summary' {
    $since = (Get-Item -LiteralPath $First).LastWriteTimeUtc
    $tests = 0; $failed = 0; $skipped = 0
    Get-ChildItem -Path '*\target\surefire-reports\TEST-*.xml' | Where-Object { $_.LastWriteTimeUtc -gt $since } | ForEach-Object {
      $suite = ([xml] [IO.File]::ReadAllText($_.FullName)).testsuite
      $tests += [int] $suite.tests
      $failed += [int] $suite.failures + [int] $suite.errors
      $skipped += [int] $suite.skipped
    }
    "$($tests - $failed - $skipped) passed, $failed failed, $skipped skipped"
    if ($tests -eq 0) { exit 1 }
  }

  default { throw "unknown action: $Action" }
}
