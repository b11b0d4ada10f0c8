{
  'targets': [
    {
      'target_name': 'tokenbinding',
      'conditions': [
        ['OS=="win"', {
          'sources': ['<!@(node -p "require(\'fs\').readdirSync(\'native\').filter(f => f.endsWith(\'.cc\')).map(f => \'native/\' + f).join(\' \')")'],
          'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
          'defines!': ['_HAS_EXCEPTIONS=0'],
          'defines': [
            'NAPI_VERSION=8',
            'NODE_ADDON_API_CPP_EXCEPTIONS',
            'NODE_ADDON_API_CPP_EXCEPTIONS_ALL',
            'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
            '_HAS_EXCEPTIONS=1',
            '_WIN32_WINNT=0x0A00',
            'WIN32_LEAN_AND_MEAN',
            'NOMINMAX',
          ],
          # /WX also applies to node-gyp's win_delay_load_hook.cc, whose pragma for /clr causes C4949.
          # The optimiser reports C4702 (unreachable code) even in headers that /external:W0 silences:
          # https://github.com/marzer/tomlplusplus/issues/307.
          'msvs_disabled_warnings': [4702, 4949],
          # Node 26 is built with clang-cl and thin LTO. node-gyp 12 passes those options to MSVC, which
          # does not know them: https://github.com/nodejs/node-gyp/pull/3331.
          'msvs_settings': {
            'VCCLCompilerTool': {
              'ExceptionHandling': 1,
              'WarningLevel': 4,
              'WarnAsError': 'true',
              'AdditionalOptions': ['/permissive-', '/guard:cf', '/external:anglebrackets', '/external:W0'],
              'AdditionalOptions/': [['exclude', 'lto']],
            },
            'VCLinkerTool': {
              'AdditionalOptions': ['/guard:cf'],
              'AdditionalOptions/': [['exclude', 'lto']],
            },
          },
        }, {
          'type': 'none',
        }],
      ],
    },
  ],
}
